"""What is unsafe in what the program registers: rules of our own, and the scanners that read it. Asks no network."""
