# A relaxable load from a data slot is accepted in each instruction that psABI B.2 lists.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-unknown-linux-gnu %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not=':   fixup'

# Without a REX prefix.
# CHECK: 2:   fixup x86_64_got_pcrel32_relax: a1 + -4 (R_X86_64_GOTPCRELX)
  call *a1@GOTPCREL(%rip)
# CHECK: 8:   fixup x86_64_got_pcrel32_relax: a2 + -4 (R_X86_64_GOTPCRELX)
  jmp *a2@GOTPCREL(%rip)
# CHECK: e:   fixup x86_64_got_pcrel32_relax: a3 + -4 (R_X86_64_GOTPCRELX)
  movl a3@GOTPCREL(%rip), %ecx
# CHECK: 14:   fixup x86_64_got_pcrel32_relax: a4 + -4 (R_X86_64_GOTPCRELX)
  testl %eax, a4@GOTPCREL(%rip)
# CHECK: 1a:   fixup x86_64_got_pcrel32_relax: a5 + -4 (R_X86_64_GOTPCRELX)
  addl a5@GOTPCREL(%rip), %edx
# CHECK: 20:   fixup x86_64_got_pcrel32_relax: a6 + -4 (R_X86_64_GOTPCRELX)
  cmpl a6@GOTPCREL(%rip), %edi

# With one, low and high registers.
# CHECK: 27:   fixup x86_64_got_pcrel32_relax_rex: b1 + -4 (R_X86_64_REX_GOTPCRELX)
  movq b1@GOTPCREL(%rip), %rax
# CHECK: 2e:   fixup x86_64_got_pcrel32_relax_rex: b2 + -4 (R_X86_64_REX_GOTPCRELX)
  movq b2@GOTPCREL(%rip), %r15
# CHECK: 35:   fixup x86_64_got_pcrel32_relax_rex: b3 + -4 (R_X86_64_REX_GOTPCRELX)
  testq %rax, b3@GOTPCREL(%rip)
# CHECK: 3c:   fixup x86_64_got_pcrel32_relax_rex: b4 + -4 (R_X86_64_REX_GOTPCRELX)
  addq b4@GOTPCREL(%rip), %rax
# CHECK: 43:   fixup x86_64_got_pcrel32_relax_rex: b5 + -4 (R_X86_64_REX_GOTPCRELX)
  orq b5@GOTPCREL(%rip), %rax
# CHECK: 4a:   fixup x86_64_got_pcrel32_relax_rex: b6 + -4 (R_X86_64_REX_GOTPCRELX)
  adcq b6@GOTPCREL(%rip), %rax
# CHECK: 51:   fixup x86_64_got_pcrel32_relax_rex: b7 + -4 (R_X86_64_REX_GOTPCRELX)
  sbbq b7@GOTPCREL(%rip), %rax
# CHECK: 58:   fixup x86_64_got_pcrel32_relax_rex: b8 + -4 (R_X86_64_REX_GOTPCRELX)
  andq b8@GOTPCREL(%rip), %rax
# CHECK: 5f:   fixup x86_64_got_pcrel32_relax_rex: b9 + -4 (R_X86_64_REX_GOTPCRELX)
  subq b9@GOTPCREL(%rip), %rax
# CHECK: 66:   fixup x86_64_got_pcrel32_relax_rex: b10 + -4 (R_X86_64_REX_GOTPCRELX)
  xorq b10@GOTPCREL(%rip), %rax
# CHECK: 6d:   fixup x86_64_got_pcrel32_relax_rex: b11 + -4 (R_X86_64_REX_GOTPCRELX)
  cmpq b11@GOTPCREL(%rip), %rax
