{{ economics('week_start') }}
