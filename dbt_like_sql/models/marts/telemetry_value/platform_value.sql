{{ platform_value(ref('value_windows')) }}
