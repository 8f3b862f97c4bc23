{{ team_value(custom_window()) }}
