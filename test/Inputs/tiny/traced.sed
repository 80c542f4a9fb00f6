# Makes the tests' interpreter (profile.json and tiny.h) one of the newer dialect: the code ends at a label, slots belong to
# a trace, stencils jump to each other directly, blocks are laid out anew, the shim is an object file that is linked.
s/"shim": "shim.c"/"entryShim": "entry.c"/
s/"continue": "CONTINUE"/"continueLabel": "CONTINUE"/
/"CONTINUE": "code_address/d
s/-O3", "-fno-asynchronous-unwind-tables/-Os/
s/"entry": /"stencilFlags": ["-fno-asynchronous-unwind-tables"],\n    &/
s/"patchFunctions": {/"traceSlots": {"patch": "patch_slot", "address": "slot_address"},\n    &/
s/"codeAlignment": /"framePointer": "RBP",\n      "optimizeLayout": true,\n      "stencilFlags": ["-Xclang", "-mframe-pointer=reserved"],\n      "shimFlags": ["-fasynchronous-unwind-tables", "-Xclang", "-mframe-pointer=all"],\n      &/
s/extern Code SYMBOL;/extern Code SYMBOL __attribute__((visibility("hidden")));/
