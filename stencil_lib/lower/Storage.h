// A micro-op's values while its body is lowered: the stack, and which of its values are inputs and outputs.
#ifndef STENCILGEN_LOWER_STORAGE_H
#define STENCILGEN_LOWER_STORAGE_H

#include "lower/ValueStack.h"

namespace stencilgen::lower {

/// Inputs stay on the stack until the body has consumed them; outputs are put there when they are defined and
/// every input is gone. Inputs that are outputs too (peeks) stay where they are. A value, as ValueStack is.
/// Source of the rules: CPython's Tools/cases_generator/stack.py.
class Storage {
public:
  /// For a body without inputs and outputs (a label).
  Storage(ValueStack Stack, bool CheckLiveness, int Spilled)
      : Stack(std::move(Stack)), CheckLiveness(CheckLiveness), Spilled(Spilled) {}

  /// Takes the inputs of \p U from \p Stack, emitting their loads, and the addresses of its output arrays.
  static Storage forUop(ValueStack Stack, const uops::Uop &U, CodeWriter &Out);

  Storage(Storage &&) = default;
  Storage &operator=(Storage &&) = default;
  /// The state for another path. Its outputs are values of its own: what one path learns of an item that is
  /// input and output at once, the other does not, so that after the join the item counts as not being in
  /// memory. That can cost a store, and is what CPython's generator does.
  Storage fork() const;

  ValueStack Stack;

  bool isSpilled() const { return Spilled != 0; }

  /// The item \p Name gets a value.
  void define(llvm::StringRef Name);
  /// The input \p Name is consumed; false when there is no such input on the stack.
  bool kill(llvm::StringRef Name);
  void killInputs();
  /// The input \p Name is handed to a call that consumes it.
  /// \param Escapes  the call may run other code, so nothing above the item may be live
  void close(const dsl::Token &Name, bool Escapes);
  /// Where the item that \p Use names was closed, if it was and has no new value since.
  const dsl::Token *closedBefore(const dsl::Token &Use) const;

  /// Takes the inputs off the stack. \p Reason says when, for the message if one is live.
  void clearInputs(const llvm::Twine &Reason);
  /// Everything to memory, the stack pointer with it.
  void flush(CodeWriter &Out);
  /// flush(), and the stack pointer to the frame. Nests.
  void save(CodeWriter &Out);
  /// Undoes save().
  void reload(CodeWriter &Out);
  /// RELOAD_STACK: reads back a stack that the body says has changed.
  void reloadChanged(CodeWriter &Out);
  /// DECREF_INPUTS: closes every live input from the top down, with the stack in a state that other code may
  /// see.
  void closeInputs(CodeWriter &Out);

  /// The state after a join with \p Other; see ValueStack::merge.
  void merge(Storage &Other, CodeWriter &Out);
  /// The end of the body: every input must be gone and every output defined; puts the outputs on the stack.
  void pushOutputs();

private:
  Storage(const Storage &) = default;

  llvm::SmallVector<LocalId, 6> Inputs;  ///< deepest first, peeks at the front
  llvm::SmallVector<LocalId, 6> Outputs; ///< likewise
  unsigned Peeks = 0;
  bool CheckLiveness = true;
  int Spilled = 0;                         ///< nesting of save()
  llvm::SmallVector<dsl::Token, 2> Closed; ///< scalars that were closed, and where

  Local &local(LocalId Id) { return Stack.local(Id); }
  void fail(const llvm::Twine &What) { Stack.failure().record(What); }
  void clearDeadInputs();
  void pushDefinedOutputs();
  void markSpilled(CodeWriter &Out);

  class InputCloser;
};

} // namespace stencilgen::lower

#endif
