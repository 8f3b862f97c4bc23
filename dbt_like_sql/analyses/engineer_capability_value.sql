{{ engineer_capability_value(custom_window()) }}
