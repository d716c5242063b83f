"""ce_toolkit: continuing-education class hours (继续教育学时) of a city's professionals."""
