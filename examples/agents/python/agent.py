"""An agent in Python, with its standard library alone, that follows the contract of docs/external-agents.md.

It reads the files of a folder, asks for an analysis and then for a report, and writes metrics.json: the workflow of
TR109 and TR111.
"""

import json
import os
import sys
import time
import urllib.request
from pathlib import Path

SERVER = os.environ["OLLAMA_BASE_URL"]
MODEL = os.environ["OLLAMA_MODEL"]
OPTIONS = json.loads(os.environ.get("OLLAMA_OPTIONS", "{}"))
THINK = json.loads(os.environ.get("OLLAMA_THINK", "false"))


def ingest(folder):
    """Names and sizes of the files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(f"{path.name}: {path.stat().st_size} bytes" for path in files[:200])


def ask(stage, prompt):
    """One call of /api/chat, streamed: the answer's text, and its entry in metrics.json."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": prompt}],
        "options": OPTIONS,
        "think": THINK,
        "stream": True,
    }
    request = urllib.request.Request(
        f"{SERVER}/api/chat", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    begun = time.monotonic()
    first = None
    text = ""
    with urllib.request.urlopen(request) as answer:
        for line in answer:
            chunk = json.loads(line)
            if "error" in chunk:
                sys.exit(f"the server says: {chunk['error']}")
            if first is None and chunk["message"].get("content"):
                first = time.monotonic()
            text += chunk["message"].get("content", "")
    ended = time.monotonic()
    # The last chunk has the server's own figures, in nanoseconds. Its tokens are eval_count, never the chunks.
    evaluation = chunk["eval_duration"] / 1e9
    return text, {
        "stage": stage,
        "prompt": prompt,
        "response": text,
        "metrics": {
            "throughput_tokens_per_sec": chunk["eval_count"] / evaluation,
            "tokens_generated": chunk["eval_count"],
            "ttft_ms": ((first or ended) - begun) * 1000,
            "eval_duration_ms": evaluation * 1000,
            "load_duration_ms": chunk.get("load_duration", 0) / 1e6,
            "prompt_eval_duration_ms": chunk.get("prompt_eval_duration", 0) / 1e6,
            "total_duration_ms": (ended - begun) * 1000,
        },
    }


def main():
    begun = time.monotonic()
    files = ingest(Path(__file__).parent.parent)
    read = time.monotonic()
    analysis, first_call = ask("analysis", f"What do these files tell about a project?\n{files}")
    analysed = time.monotonic()
    _, second_call = ask("report", f"Write a short report from this analysis:\n{analysis}")
    ended = time.monotonic()

    metrics_file = os.environ.get("AGENT_METRICS_FILE")
    if metrics_file is None:
        return
    calls = [first_call, second_call]
    metrics = {
        "agent_type": os.environ.get("AGENT_NAME", "python"),
        "configuration": OPTIONS,
        "llm_calls": calls,
        "workflow": {
            "ingest_seconds": read - begun,
            "analysis_seconds": analysed - read,
            "report_seconds": ended - analysed,
            "total_seconds": ended - begun,
        },
        "aggregate_metrics": {
            "total_tokens_generated": sum(call["metrics"]["tokens_generated"] for call in calls)
        },
    }
    Path(metrics_file).write_text(json.dumps(metrics), encoding="utf-8")


main()
