namespace RocketMQ.TestSupport;

/// <summary>
/// A program where it was built, as its users start it. Beside the tests it would look for libraries that they have from a framework it does not ask for.
/// </summary>
public static class BuiltProgram
{
    /// <param name="project">The project's folder, from the root of the repository.</param>
    /// <param name="file">The program's assembly.</param>
    public static string Find(string project, string file)
    {
        // tests/<project>/bin/<configuration>/<framework>
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, project, "bin", configuration.Name, framework.Name, file);
    }
}
