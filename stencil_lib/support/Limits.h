// The largest size that each input may have. What is larger is refused with a message, so that memory stays
// in proportion to what a real interpreter needs. docs/trust.md lists them.
#ifndef STENCILGEN_SUPPORT_LIMITS_H
#define STENCILGEN_SUPPORT_LIMITS_H

#include <cstddef>
#include <cstdint>

namespace stencilgen {

/// Bytes of any file that is read: a library to check symbols against is the largest.
inline constexpr uint64_t MaxFileSize = uint64_t(1) << 30;

/// Bytes of a manifest or of a generated header. CPython's have 3 MB, 9 MB with their disassembly.
inline constexpr uint64_t MaxSetFileSize = uint64_t(64) << 20;

/// Bytes of all instruction definitions, and of a file of cases. CPython's have 0.3 MB and 0.5 MB.
inline constexpr uint64_t MaxDefinitionsSize = uint64_t(8) << 20;

/// Bytes of a profile. The largest built-in one has 30 kB.
inline constexpr uint64_t MaxProfileSize = uint64_t(4) << 20;

/// Levels of a JSON document; its parser is recursive.
inline constexpr unsigned MaxJsonDepth = 64;

/// Bytes of the code, or of the data, of one stencil. The largest of CPython's has 12 kB.
inline constexpr uint64_t MaxStencilSize = uint64_t(1) << 20;

/// The most threads that one run uses, whatever was asked for: this, or the number of processors if that is
/// more. Each holds the module of all micro-ops, some 6 MB for CPython.
inline constexpr unsigned MaxThreads = 16;

/// Columns of a side-by-side view.
inline constexpr unsigned MinViewColumns = 40, MaxViewColumns = 1000;

/// Bytes of stack of a thread that parses C or optimises: four times what Linux gives a process.
inline constexpr size_t CompilerStackSize = size_t(32) << 20;

/// Seconds that a run waits for another one to finish writing to the same directory.
inline constexpr unsigned MaxLockSeconds = 60;

} // namespace stencilgen

#endif
