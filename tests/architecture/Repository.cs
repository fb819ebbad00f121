using System.Xml.Linq;

namespace RocketMQ.Architecture.Tests;

/// <summary>The files of the repository this test was built in, without what builds and tools leave behind.</summary>
internal static class Repository
{
    private static readonly HashSet<string> Leftovers = new(StringComparer.Ordinal)
    {
        ".git", ".vs", ".idea", ".vscode", "bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", "artifacts", "data",
    };

    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all files, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Project> Projects { get; } = [.. Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(Project.Load)];

    /// <summary>Source files of what is shipped: everything outside tests/.</summary>
    public static IEnumerable<string> ShippedSources => Sources.Where(f => !f.StartsWith("tests/", StringComparison.Ordinal));

    public static IEnumerable<string> Sources => Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    public static string Absolute(string file) => Path.Combine(Root, file);

    public static string[] Lines(string file) => File.ReadAllLines(Absolute(file));

    public static XDocument Xml(string file) => XDocument.Load(Absolute(file));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }

        foreach (var file in Directory.EnumerateDirectories(folder).Where(d => !Leftovers.Contains(Path.GetFileName(d))).SelectMany(Walk))
        {
            yield return file;
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RocketMQ.Net.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No RocketMQ.Net.sln above {AppContext.BaseDirectory}");
    }
}
