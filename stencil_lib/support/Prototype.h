// What a function of the interpreter's takes, as its declaration in C says.
#ifndef STENCILGEN_SUPPORT_PROTOTYPE_H
#define STENCILGEN_SUPPORT_PROTOTYPE_H

#include <map>
#include <string>

namespace stencilgen {

/// The arguments of a function by the registers they are passed in, as long as there are any.
struct Prototype {
  unsigned Integers = 0;   ///< words in integer registers: numbers and pointers
  unsigned Floats = 0;     ///< floating-point numbers
  bool IsVariadic = false; ///< more of either may follow

  bool operator==(const Prototype &) const = default;
};

using Prototypes = std::map<std::string, Prototype>; ///< by the function's name

} // namespace stencilgen

#endif
