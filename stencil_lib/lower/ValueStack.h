// The model of the value stack while a body is lowered: which values are in locals, which in memory, and
// where the stack pointer is and should be.
#ifndef STENCILGEN_LOWER_VALUESTACK_H
#define STENCILGEN_LOWER_VALUESTACK_H

#include "lower/CodeWriter.h"
#include "uops/StackOffset.h"
#include "uops/Uop.h"
#include <string>
#include <vector>

namespace stencilgen::lower {

using uops::StackOffset;

/// A value: the local that holds it, its place in memory, or both; neither for one that is gone or not there
/// yet.
struct Local {
  uops::StackItem Item;
  std::optional<StackOffset> Memory; ///< from where the stack pointer was when the body began
  bool InLocal = false;

  bool isDead() const { return !InLocal && !Memory; }
  /// Holds a value that has to be consumed.
  bool isLive() const { return !Item.isUnused() && !isDead(); }
  /// An output that has no value yet.
  bool needsDefining() const { return !Item.Peek && !InLocal && !Item.isArray() && !Item.isUnused(); }
  void kill() {
    InLocal = false;
    Memory.reset();
  }
};

/// A value's number; the same in a stack and its copies.
using LocalId = unsigned;

/// The first thing that went wrong while stacks were changed. Operations that fail record it here and go on
/// in any way that is safe; who asked for them looks afterwards.
struct StackFailure {
  std::string Message;
  void record(const llvm::Twine &What) {
    if (Message.empty())
      Message = What.str();
  }
  explicit operator bool() const { return !Message.empty(); }
};

/// Values from a base upwards. Everything below the base is in memory.
///
/// The *physical* stack pointer is what the C variable holds, the *logical* one what it should be after the
/// effects so far; flush() makes them equal. If the profile has a "frame", a third is followed: the one that
/// the frame holds. It is written only where it differs. All offsets are from where the C variable pointed
/// when the body began. A stack is a value: copies are independent, except that they report to the same
/// StackFailure. Source of the rules: CPython's Tools/cases_generator/stack.py.
class ValueStack {
public:
  ValueStack(const LoweringProfile &Profile, StackFailure &Failure) : Profile(&Profile), Failure(&Failure) {}

  Local &local(LocalId Id) { return Locals[Id]; }
  const Local &local(LocalId Id) const { return Locals[Id]; }
  LocalId add(Local L) {
    Locals.push_back(std::move(L));
    return static_cast<LocalId>(Locals.size() - 1);
  }

  /// Takes the top value as \p Item: emits what gives the local of that name the value, if it is used. Values
  /// whose shape does not fit are written to memory first.
  LocalId pop(const uops::StackItem &Item, CodeWriter &Out);
  /// Puts a value on top.
  void push(LocalId Id);
  /// Takes the top value away, which must be dead or unused if \p CheckLiveness.
  void drop(const uops::StackItem &Item, bool CheckLiveness);
  /// Begins with values in the interpreter's registers; emits a local for each.
  /// \param Names  what the locals are called; must outlive the stack
  void pushCached(llvm::ArrayRef<std::string> Registers, llvm::ArrayRef<std::string> Names, CodeWriter &Out);

  /// Writes values that are only in locals to memory.
  void saveVariables(CodeWriter &Out);
  /// Writes values to memory and makes the physical stack pointer the logical one.
  void flush(CodeWriter &Out);
  /// As flush(), and forgets the values: all is in memory.
  void clear(CodeWriter &Out);

  /// Makes this the state after a join with \p Other: what is known on both paths. Emits what brings this
  /// path's stack pointer to the other's. Fails when the paths left different values.
  void merge(ValueStack &Other, CodeWriter &Out);

  /// The physical stack pointer to the frame, where other code will read it.
  void saveToFrame(CodeWriter &Out);
  /// Other code has run and left the frame's stack pointer alone.
  void resume(CodeWriter &Out);
  /// Other code has changed the stack: its pointer is read from the frame, and all values are in memory,
  /// below it. A value that is only in a local is a failure.
  /// \param Saved  saveToFrame() came before
  void reloadFromFrame(bool Saved, CodeWriter &Out);

  /// Logical minus physical stack pointer.
  StackOffset unsaved() const { return Logical - Physical; }
  const StackOffset &logical() const { return Logical; }
  const StackOffset &base() const { return Base; }
  const LoweringProfile &profile() const { return *Profile; }
  StackFailure &failure() const { return *Failure; }
  /// Names that more than one value on the stack has are a failure.
  void checkNames(llvm::ArrayRef<LocalId> Ids) const;
  llvm::ArrayRef<LocalId> variables() const { return Variables; }

private:
  const LoweringProfile *Profile;
  StackFailure *Failure;
  std::vector<Local> Locals;
  llvm::SmallVector<LocalId, 8> Variables; ///< from the base upwards
  StackOffset Base, Physical, Logical;
  std::optional<StackOffset> InFrame; ///< the stack pointer that the frame holds; none: unknown

  std::string slot(const StackOffset &At, bool Address = false) const;
  void saveStackPointer(CodeWriter &Out);
  void emitLoad(const uops::StackItem &Item, const StackOffset &At, bool Typed, CodeWriter &Out) const;
  void adjust(const StackOffset &To, CodeWriter &Out);
};

} // namespace stencilgen::lower

#endif
