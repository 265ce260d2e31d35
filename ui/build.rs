//! Compiles the Slint files. Element ids stay in the build, because the tour and the tests touch widgets by them.

fn main() -> Result<(), slint_build::CompileError> {
    let configuration = slint_build::CompilerConfiguration::new()
        // What is said in Chinese in the files, in other languages: found by its words, wherever it stands.
        .with_bundled_translations("lang")
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        .with_debug_info(true)
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles);
    slint_build::compile_with_config("app.slint", configuration)
}
