"""The chat in the browser: `serve` in `server.py` starts it; Chainlit is known to this folder alone."""
