{{ engineer_capability_value(ref('value_windows')) }}
