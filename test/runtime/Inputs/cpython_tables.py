"""cpython_tables.py PROJECT_ROOT TREE DIRECTORY: a project file that gives CPython's stencils as tables,
beside links to the tree."""
import pathlib
import sys

sys.path.insert(0, sys.argv[1] + "/scripts")
import bench_runtime

bench_runtime.patch_projects(pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]))
