"""What language models are asked to do, and what does it where there is none."""
