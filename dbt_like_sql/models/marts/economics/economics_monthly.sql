{{ economics('month_start') }}
