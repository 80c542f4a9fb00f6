// One target of a run, decided before anything is made: the names of its files, Clang's flags, the
// configuration header, and all of its set that does not depend on the micro-ops.
#ifndef STENCILGEN_PIPELINE_TARGETPLAN_H
#define STENCILGEN_PIPELINE_TARGETPLAN_H

#include "compile/Compile.h"
#include "interpreters/Profile.h"
#include "pipeline/Inputs.h"
#include "pipeline/Options.h"
#include "stencil/StencilSet.h"
#include <memory>

namespace stencilgen {

class TargetPlan {
public:
  /// The plan for one triple and kind of build. \p Interpreter and \p Options must outlive it.
  /// Errors: no such target; the configuration header or the JIT's C file cannot be
  /// read.
  static llvm::Expected<TargetPlan> create(const Profile &Interpreter, llvm::StringRef Triple, BuildKind Kind,
                                           const PipelineOptions &Options);

  /// The plan for the first triple and kind of \p Options, for who looks at one set.
  static llvm::Expected<TargetPlan> create(const Profile &Interpreter, const PipelineOptions &Options) {
    return create(Interpreter, Options.Triples.front(), Options.Kinds.front(), Options);
  }

  const Profile &interpreter() const { return *Interpreter; }
  const TargetProfile &target() const { return *Target; }
  const PipelineOptions &options() const { return *Options; }
  const InputRoots &roots() const { return Roots; }
  /// The C file that includes the header; null: nothing is known of it.
  const JitSource *jit() const { return Jit.get(); }
  /// Who and what the set is for; without inputs, digest, layouts and stencils.
  const StencilSet &set() const { return Set; }

  std::string headerName() const;
  std::string headerPath() const { return inOutput(headerName()); }
  std::string manifestPath() const;
  /// The interpreter links the shim as an object file, and unwinds through its frame.
  bool hasEntryShim() const { return !Interpreter->EntryShimFile.empty(); }
  std::string shimPath() const { return inOutput("jit_shim-" + fileSuffix() + ".o"); }
  std::string unwindName() const { return "jit_unwind_info-" + fileSuffix() + ".h"; }
  std::string unwindPath() const { return inOutput(unwindName()); }

  /// The files of the set beside its manifest, in the order in which they are put into place: the header
  /// last, as with it the others are used.
  std::vector<std::string> paths() const;

  /// What Clang is given: template, shim and arguments. Errors: template or shim cannot be read.
  llvm::Expected<CompileInput> compileInput(unsigned Threads) const;

  /// True when Clang's arguments have options of LLVM's, which are one set for the process.
  bool setsGlobalOptions() const;

private:
  TargetPlan(const Profile &Interpreter, const TargetProfile &Target, llvm::StringRef Triple, BuildKind Kind,
             const PipelineOptions &Options, std::shared_ptr<const JitSource> Jit);
  llvm::Error checkConfiguration() const;
  std::string inOutput(llvm::StringRef Name) const { return inDirectory(Options->OutputDir, Name); }
  std::string fileSuffix() const;
  std::vector<const BuildVariant *> variants() const;
  std::string condition() const;
  std::string configuration() const;
  void findConfiguration();
  void describeSet(llvm::StringRef Triple);
  Recipe recipe() const;
  std::vector<std::string> flags(llvm::StringRef Source, llvm::StringRef Build, llvm::StringRef Sysroot,
                                 bool ForShim) const;

  const Profile *Interpreter;
  const TargetProfile *Target;
  const PipelineOptions *Options;
  BuildKind Kind;
  std::shared_ptr<const JitSource> Jit;
  bool HasEmbeddedHeaders;
  InputRoots Roots;
  StencilSet Set;
};

/// The names that the profile's template is written with.
TemplateNames templateNames(const Profile &Interpreter);

/// A C file of the source tree. \p What says in errors what it is. Errors: it cannot be read.
llvm::Expected<SourceFile> loadSource(const PipelineOptions &Options, llvm::StringRef Name,
                                      llvm::StringRef What);

} // namespace stencilgen

#endif
