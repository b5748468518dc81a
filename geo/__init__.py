"""Pure geometry: frames and arrays in, frames and arrays out. No file, no socket, no clock, no setting."""
