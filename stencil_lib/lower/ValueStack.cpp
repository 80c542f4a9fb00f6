// The value stack.
#include "lower/ValueStack.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace stencilgen::uops;

namespace stencilgen::lower {

/// The C expression of a place on the stack, or of its address.
std::string ValueStack::slot(const StackOffset &At, bool Address) const {
  return fillTemplate(Profile->text(Address ? "slotAddress" : "slot"), {{"offset", (At - Physical).toC()}});
}

/// `name = stack_pointer[...];`, for an array `name = &stack_pointer[...];`
void ValueStack::emitLoad(const StackItem &Item, const StackOffset &At, bool Typed, CodeWriter &Out) const {
  bool UseType = Typed && !Item.Type.empty() && !Item.isArray();
  Out.line(fillTemplate(Profile->text(UseType ? "loadTyped" : "load"),
                        {{"name", Item.Name}, {"type", Item.Type}, {"slot", slot(At, Item.isArray())}}));
}

LocalId ValueStack::pop(const StackItem &Item, CodeWriter &Out) {
  if (!Variables.empty() && Locals[Variables.back()].Item.Size != Item.Size)
    clear(Out);
  Logical = Logical - StackOffset::of(Item);
  if (Variables.empty()) {
    Base = Logical;
    if (Item.isUnused() || !Item.Used)
      return add({Item, Base, false});
    emitLoad(Item, Base, /*Typed=*/true, Out);
    return add({Item, Base, true});
  }
  LocalId Id = Variables.pop_back_val();
  Local &Popped = Locals[Id];
  if (!Item.Used)
    return Id;
  StringRef OldName = Popped.Item.Name;
  if (OldName != Item.Name)
    Popped.Item = Item;
  if (!Popped.InLocal) {
    if (!Popped.Memory)
      Popped.Memory = Logical;
    if (*Popped.Memory != Logical)
      Failure->record("'" + Item.Name + "' is not in the place on the stack where it is expected");
    emitLoad(Item, *Popped.Memory, /*Typed=*/false, Out);
    Popped.InLocal = !Item.isArray();
  } else if (OldName != Item.Name) {
    Out.line((Item.Name + " = " + OldName + ";").str());
  } else {
    Out.settle();
  }
  return Id;
}

void ValueStack::push(LocalId Id) {
  Variables.push_back(Id);
  Logical = Logical + StackOffset::of(Locals[Id].Item);
}

void ValueStack::drop(const StackItem &Item, bool CheckLiveness) {
  Logical = Logical - StackOffset::of(Item);
  if (!Variables.empty() && (Locals[Variables.pop_back_val()].isDead() || !Item.Used))
    return;
  if (CheckLiveness)
    Failure->record("value '" + Item.Name + "' is dropped while it is live");
}

void ValueStack::pushCached(ArrayRef<std::string> Registers, ArrayRef<std::string> Names, CodeWriter &Out) {
  for (size_t I = 0; I != Registers.size(); ++I) {
    Out.startLine();
    Out.line((Profile->text("item") + " " + Names[I] + " = " + Registers[I] + ";").str());
    StackItem Item;
    Item.Name = Names[I];
    Item.Used = true;
    push(add({Item, std::nullopt, true}));
  }
}

void ValueStack::saveVariables(CodeWriter &Out) {
  Out.startLine();
  StackOffset At = Base;
  for (LocalId Id : Variables) {
    Local &Var = Locals[Id];
    if (Var.InLocal && !Var.Memory && !Var.Item.isArray()) {
      Var.Memory = At;
      Out.line(fillTemplate(Profile->text(Var.Item.Type.empty() ? "store" : "storeTyped"),
                            {{"name", Var.Item.Name}, {"type", Var.Item.Type}, {"slot", slot(At)}}));
    }
    At = At + StackOffset::of(Var.Item);
  }
}

/// Moves the C variable to \p To.
void ValueStack::adjust(const StackOffset &To, CodeWriter &Out) {
  Out.startLine();
  Out.line(fillTemplate(Profile->text("adjust"), {{"offset", (To - Physical).toC()}}));
  Physical = To;
}

void ValueStack::saveStackPointer(CodeWriter &Out) {
  if (Physical == Logical)
    return;
  adjust(Logical, Out);
  Out.line(Profile->text("bounds"));
}

void ValueStack::flush(CodeWriter &Out) {
  saveVariables(Out);
  saveStackPointer(Out);
  Out.startLine();
}

void ValueStack::clear(CodeWriter &Out) {
  flush(Out);
  Variables.clear();
  Base = Logical;
}

void ValueStack::checkNames(ArrayRef<LocalId> Ids) const {
  StringSet<> Seen;
  for (LocalId Id : Ids) {
    StringRef Name = Locals[Id].Item.Name;
    if (!Locals[Id].Item.isUnused() && !Seen.insert(Name).second)
      Failure->record("two values are called '" + Name + "'");
  }
}

void ValueStack::saveToFrame(CodeWriter &Out) {
  Out.line(Profile->text(InFrame == Physical ? "saved" : "spill"));
  InFrame = Physical;
  Out.line(Profile->text("valid"));
}

void ValueStack::resume(CodeWriter &Out) { Out.line(Profile->text("invalid")); }

void ValueStack::reloadFromFrame(bool Saved, CodeWriter &Out) {
  for (LocalId Id : Variables)
    if (!Locals[Id].Memory && !Locals[Id].Item.isArray())
      Failure->record("the stack is read back while '" + Locals[Id].Item.Name + "' is not on it");
  Variables.clear();
  Base = Physical = Logical = StackOffset();
  InFrame = Physical;
  Out.line(Profile->text(Saved ? "reload" : "reloadUnsaved"));
  if (Saved)
    resume(Out);
}

void ValueStack::merge(ValueStack &Other, CodeWriter &Out) {
  if (Variables.size() != Other.Variables.size())
    return Failure->record("the branches leave " + Twine(Variables.size()) + " and " +
                           Twine(Other.Variables.size()) + " values on the stack");
  for (size_t I = 0; I != Variables.size(); ++I) {
    Local &Mine = Locals[Variables[I]];
    const Local &Theirs = Other.Locals[Other.Variables[I]];
    if (Mine.Item.Name != Theirs.Item.Name)
      return Failure->record("the branches leave different values on the stack: '" + Theirs.Item.Name +
                             "' and '" + Mine.Item.Name + "'");
    Mine.InLocal = Mine.InLocal && Theirs.InLocal;
    if (!Theirs.Memory)
      Mine.Memory.reset();
  }
  if (Logical != Other.Logical)
    return Failure->record("the branches leave the stack at different depths: " + Other.Logical.toC() +
                           " and " + Logical.toC());
  if (Physical != Other.Physical)
    adjust(Other.Physical, Out);
  for (size_t I = 0; I != Variables.size(); ++I) {
    const Local &Mine = Locals[Variables[I]];
    const Local &Theirs = Other.Locals[Other.Variables[I]];
    if (Mine.Memory && Mine.Memory != Theirs.Memory)
      Failure->record("the branches leave '" + Mine.Item.Name + "' at different depths");
  }
  if (InFrame != Other.InFrame) {
    InFrame.reset();
    Other.InFrame.reset();
  }
}

} // namespace stencilgen::lower
