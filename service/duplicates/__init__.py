"""What the command line says about stations that may be one."""
