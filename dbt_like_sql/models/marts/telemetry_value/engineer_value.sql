{{ engineer_value(ref('value_windows')) }}
