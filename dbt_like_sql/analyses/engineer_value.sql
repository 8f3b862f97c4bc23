{{ engineer_value(custom_window()) }}
