"""Run shellcheck on every shell step of workflows and actions: shell_steps.py FILE..."""

import re
import subprocess
import sys
from pathlib import Path

import yaml


def steps(document):
    """All steps of a workflow's jobs, or of a composite action."""
    for job in document.get("jobs", {}).values():
        yield from job.get("steps", [])
    yield from document.get("runs", {}).get("steps", [])


checked, failed = 0, 0
for path in sys.argv[1:]:
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    for step in steps(document):
        script = step.get("run")
        if script is None:
            continue
        # GitHub replaces an expression by its value before the shell sees it.
        script = re.sub(r"\$\{\{.*?\}\}", "EXPRESSION", script)
        variables = "".join(f"export {name}=x\n" for name in step.get("env", {}))
        result = subprocess.run(
            ["shellcheck", "--shell=bash", "-"],
            input=variables + script,
            capture_output=True,
            text=True,
            check=False,
        )
        checked += 1
        if result.returncode != 0:
            failed += 1
            print(f"{path}: step '{step.get('name', step.get('id'))}':\n{result.stdout}{result.stderr}")
print(f"shell steps: {checked} checked, {failed} with findings")
sys.exit(failed > 0 or checked == 0)
