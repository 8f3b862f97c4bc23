{{ team_value(ref('value_windows')) }}
