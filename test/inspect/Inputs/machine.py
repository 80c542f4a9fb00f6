# Writes the machine of test/execution, its profile and sources, for all targets: machine.py DIRECTORY
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "execution" / "Inputs"))
import run_stencils

directory = pathlib.Path(sys.argv[1])
directory.mkdir(parents=True)
run_stencils.write_profile(directory)
