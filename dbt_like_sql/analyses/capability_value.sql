{{ capability_value(custom_window()) }}
