{{ engine_economics('month_start') }}
