"""Lists described by a mapping in TOML instead of code; see docs/importing.md."""
