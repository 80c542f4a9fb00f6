# After traced.sed: makes the target of the tests' interpreter one whose constants of up to 32 bits fit in immediate
# operands, and whose branches to symbols need trampolines.
s/x86_64-/aarch64-/
s/__x86_64__/__aarch64__/
s/"-fno-pic", "-mcmodel=medium", "-mlarge-data-threshold=0"/"-fpic"/
s/"RBP"/"FP"/
s/"nop": "90"/"nop": "1f2003d5"/
s/"codeAlignment": 1/"smallConstants": ["OPARG_16", "OPERAND0_32"],\n      "codeAlignment": 4/
s/"OPARG": .*/"OPARG": "step->oparg",\n      "OPARG_16": "step->oparg",\n      "OPERAND0_32": "step->operand0",/
/"x86_64_/d
s/"pcrel32": "patch_32r",/"aarch64_branch19": "patch_19r",\n      "aarch64_branch26": "patch_26r",\n      "aarch64_page21": "patch_21r",\n      "aarch64_pageoff12": "patch_12",\n      "aarch64_got_page21": "patch_21rx",\n      "aarch64_got_pageoff12": "patch_12x",\n      "aarch64_movw_uabs_g0": "patch_16a",\n      "aarch64_movw_uabs_g1": "patch_16b",\n      &/
s/"pcrel32": "patch_32r",/"pcrel32": "patch_32r"/
s/"traceSlots"/"trampolineFunctions": {"aarch64_branch26": "patch_trampoline"},\n    "pairs": [{"first": "aarch64_got_page21", "second": "aarch64_got_pageoff12", "function": "patch_33rx", "apart": true}],\n    &/
