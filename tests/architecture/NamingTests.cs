using System.Text.RegularExpressions;

namespace RocketMQ.Architecture.Tests;

/// <summary>Assembly, project and namespace have one name, so that a type's name says where it lives.</summary>
public partial class NamingTests
{
    /// <summary>Tools that users start by name.</summary>
    private static readonly Dictionary<string, string> ToolNames = new(StringComparer.Ordinal)
    {
        ["RocketMQ.MqAdmin"] = "mqadmin",
        ["RocketMQ.Benchmark"] = "benchmark",
    };

    [Test]
    public void An_assembly_is_named_as_its_project() =>
        Assert.Multiple(() =>
        {
            foreach (var project in Repository.Projects.Where(p => !p.IsSample))
            {
                Assert.That(project.Property("AssemblyName") ?? project.Name, Is.EqualTo(ToolNames.GetValueOrDefault(project.Name, project.Name)), project.File);
                Assert.That(project.Property("RootNamespace") ?? project.Name, Is.EqualTo(project.Name), project.File);
            }
        });

    [Test]
    public void A_namespace_begins_with_the_name_of_its_project() =>
        Assert.Multiple(() =>
        {
            foreach (var project in Repository.Projects.Where(p => !p.IsSample))
            {
                foreach (var file in SourcesOf(project))
                {
                    var declared = Repository.Lines(file).Select(l => Namespace().Match(l)).FirstOrDefault(m => m.Success)?.Groups[1].Value;
                    Assert.That(
                        declared is null || declared == project.Name || declared.StartsWith(project.Name + ".", StringComparison.Ordinal),
                        $"{file}: namespace {declared} is not {project.Name}");
                }
            }
        });

    /// <summary>A folder within may be another project's, with another name.</summary>
    private static IEnumerable<string> SourcesOf(Project project)
    {
        var within = Repository.Projects.Select(p => p.Folder + "/").Where(f => f.StartsWith(project.Folder + "/", StringComparison.Ordinal) && f.Length > project.Folder.Length + 1).ToList();
        return Repository.Sources.Where(f => f.StartsWith(project.Folder + "/", StringComparison.Ordinal) && !f.Contains("/samples/", StringComparison.Ordinal)
            && !within.Exists(other => f.StartsWith(other, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^namespace\s+([\w.]+)")]
    private static partial Regex Namespace();
}
