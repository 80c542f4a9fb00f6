"""add_targets.py FROM PROFILE: gives PROFILE the targets of the profile FROM, and its patch functions."""

import json
import sys

source, path = json.load(open(sys.argv[1])), sys.argv[2]
profile = json.load(open(path))
profile["targets"] = [
    {key: value for key, value in target.items() if not key.startswith("configuration")}
    for target in source["targets"]
]
for target in profile["targets"]:
    target["maxDataAlignment"] = 16
profile["header"]["patchFunctions"] = source["header"]["patchFunctions"]
json.dump(profile, open(path, "w"))
