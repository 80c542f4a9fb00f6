// `stencilgen prove` where there was no emulator to build with.
#include "Commands.h"
#include "support/Diagnostic.h"

namespace stencilgen {

void addProveCommand(CLI::App &App, Action &Chosen) {
  CLI::App *Command = App.add_subcommand(
      "prove", "run the micro-ops of two sets and compare what they do: not in this stencilgen, which was\n"
               "built without Unicorn");
  Command->allow_extras();
  Command->callback([&Chosen] {
    Chosen = Action(
        []() -> llvm::Expected<int> {
          return makeError("this stencilgen was built without Unicorn, which prove runs stencils in; install "
                           "libunicorn-dev and build it again");
        },
        2);
  });
}

} // namespace stencilgen
