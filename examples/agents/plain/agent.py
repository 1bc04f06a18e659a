"""An agent that knows nothing of the gate: it asks whatever server OLLAMA_HOST names, as any client of Ollama does."""

import json
import os
import sys
import urllib.request

host = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434")
body = {
    "model": sys.argv[1],
    "prompt": "Why is the sky blue? Answer in two sentences.",
    "options": {"num_predict": 128},
}
request = urllib.request.Request(f"http://{host}/api/generate", json.dumps(body).encode())
with urllib.request.urlopen(request) as answer:
    for line in answer:
        print(json.loads(line)["response"], end="", flush=True)
print()
