{{ platform_value(custom_window()) }}
