namespace RocketMQ.Architecture.Tests;

/// <summary>Who may know whom. A new project, or a new reference, is a decision: it is written down here first.</summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Legal = new(StringComparer.Ordinal)
    {
        ["RocketMQ.Protocol"] = [],
        ["RocketMQ.Remoting"] = ["RocketMQ.Protocol"],
        ["RocketMQ.Store"] = ["RocketMQ.Protocol"],
        ["RocketMQ.NameServer"] = ["RocketMQ.Remoting"],
        ["RocketMQ.Broker"] = ["RocketMQ.Remoting", "RocketMQ.Store"],
        ["RocketMQ.Client"] = ["RocketMQ.Remoting"],
        ["RocketMQ.MqAdmin"] = ["RocketMQ.Client", "RocketMQ.Store"],
        ["RocketMQ.Benchmark"] = ["RocketMQ.Client", "RocketMQ.Store"],
        ["RocketMQ.Standalone"] = ["RocketMQ.NameServer", "RocketMQ.Broker"],
    };

    [Test]
    public void A_project_references_only_what_the_architecture_allows() =>
        Assert.Multiple(() =>
        {
            foreach (var project in Repository.Projects.Where(p => !p.IsTest))
            {
                string[]? legal = project.IsSample ? ["RocketMQ.Client"] : Legal.GetValueOrDefault(project.Name);
                Assert.That(legal, Is.Not.Null, $"{project.File} is not in the table of legal references");
                Assert.That(project.References, Is.SubsetOf(legal ?? []), $"{project.File} references what it must not know");
            }
        });

    /// <summary>A store that drags in a web server can't be used by a tool that reads a directory.</summary>
    [Test]
    public void Only_the_transport_asks_for_the_web_framework() =>
        Assert.That(
            Repository.Projects.Where(p => !p.IsTest && p.Frameworks.Any()).Select(p => p.Name),
            Is.SubsetOf(new[] { "RocketMQ.Remoting" }));

    /// <summary>Whoever references the transport could use the web framework, too: what of it is needed stands behind the transport's own types.</summary>
    [Test]
    public void Only_the_transport_uses_the_web_framework() =>
        Assert.That(
            Repository.ShippedSources.Where(f => !f.StartsWith("remoting/RocketMQ.Remoting/", StringComparison.Ordinal)
                && Repository.Lines(f).Any(l => l.StartsWith("using Microsoft.AspNetCore", StringComparison.Ordinal))),
            Is.Empty);

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repository.Absolute("RocketMQ.Net.sln")).Replace('\\', '/');
        Assert.That(Repository.Projects.Where(p => !p.IsSample && !solution.Contains($"\"{p.File}\"", StringComparison.Ordinal)).Select(p => p.File), Is.Empty);
    }

    [Test]
    public void Every_package_has_one_version_and_it_is_central()
    {
        var central = Repository.Xml("Directory.Packages.props").Descendants("PackageVersion").Select(e => (string?)e.Attribute("Include")).ToHashSet();
        Assert.Multiple(() =>
        {
            foreach (var (file, package) in Repository.Projects.SelectMany(p => p.Packages, (p, e) => (p.File, e)))
            {
                Assert.That((string?)package.Attribute("Include"), Is.AnyOf([.. central]), $"{file}: no version in Directory.Packages.props");
                Assert.That(package.Attribute("Version") ?? package.Attribute("VersionOverride"), Is.Null, $"{file}: versions stand in Directory.Packages.props");
            }
        });
    }
}
