{{ engine_economics('week_start') }}
