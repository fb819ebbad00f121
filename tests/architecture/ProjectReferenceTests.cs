

namespace RocketMQ.Architecture.Tests;

/// <summary>Who may know whom. A new project, or a new reference, is a decision: it is written down here first.</summary>
public class ProjectReferenceTests
{
    /// <summary>The one project that references the web framework.</summary>
    private const string WebFramework = "RocketMQ.Transport.Kestrel";

    private static readonly Dictionary<string, string[]> Legal = new(StringComparer.Ordinal)
    {
        ["RocketMQ.Protocol"] = [],
        ["RocketMQ.Remoting"] = ["RocketMQ.Protocol"],
        ["RocketMQ.Store"] = ["RocketMQ.Protocol"],
        ["RocketMQ.Transport.Kestrel"] = ["RocketMQ.Remoting"],
        ["RocketMQ.Transport.DotNetty"] = ["RocketMQ.Remoting"],
        ["RocketMQ.NameServer"] = ["RocketMQ.Remoting"],
        ["RocketMQ.Controller"] = ["RocketMQ.Remoting"],
        ["RocketMQ.Controller.Etcd"] = ["RocketMQ.Controller"],
        ["RocketMQ.Controller.Host"] = ["RocketMQ.Controller.Etcd", "RocketMQ.Hosting"],
        ["RocketMQ.Broker"] = ["RocketMQ.Remoting", "RocketMQ.Store"],
        ["RocketMQ.Hosting"] = ["RocketMQ.Remoting", "RocketMQ.Transport.Kestrel", "RocketMQ.Transport.DotNetty"],
        ["RocketMQ.NameServer.Host"] = ["RocketMQ.NameServer", "RocketMQ.Controller.Etcd", "RocketMQ.Hosting"],
        ["RocketMQ.Broker.Host"] = ["RocketMQ.Broker", "RocketMQ.Hosting"],
        ["RocketMQ.Client"] = ["RocketMQ.Remoting"],
        ["RocketMQ.MqAdmin"] = ["RocketMQ.Client", "RocketMQ.Store"],
        ["RocketMQ.Benchmark"] = ["RocketMQ.Client", "RocketMQ.Store"],
        ["RocketMQ.Standalone"] = ["RocketMQ.NameServer", "RocketMQ.Controller", "RocketMQ.Broker.Host", "RocketMQ.Hosting"],
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

    /// <summary>A store that drags in a web server can't be used by a tool that reads a directory, nor a client by an application on the plain runtime.</summary>
    [Test]
    public void Only_the_transport_over_it_asks_for_the_web_framework() =>
        Assert.That(
            Repository.Projects.Where(p => !p.IsTest && (p.Frameworks.Any() || (string?)p.Xml.Root!.Attribute("Sdk") != "Microsoft.NET.Sdk")).Select(p => p.Name),
            Is.EqualTo(new[] { WebFramework }));

    /// <summary>Frameworks come along with references: these and what they reference are free of it.</summary>
    [Test]
    public void What_others_build_on_runs_on_the_plain_runtime(
        [Values("RocketMQ.Client", "RocketMQ.Store", "RocketMQ.NameServer", "RocketMQ.Controller", "RocketMQ.Broker", "RocketMQ.MqAdmin", "RocketMQ.Benchmark")] string name) =>
        Assert.That(ReachedFrom(name), Does.Not.Contain(WebFramework));

    /// <summary>What is embedded in somebody else's process brings that process no taste of ours in logging, export, file formats and command lines.</summary>
    [Test]
    public void A_library_brings_no_libraries_but_the_abstraction_of_logs_and_the_reader_of_json(
        [Values("RocketMQ.Client", "RocketMQ.Store", "RocketMQ.NameServer", "RocketMQ.Controller", "RocketMQ.Broker")] string name)
    {
        var packages = ReachedFrom(name).Append(name).SelectMany(project => Repository.Projects.Single(p => p.Name == project).Packages)
            .Select(package => (string?)package.Attribute("Include")).Distinct();
        Assert.That(packages, Is.SubsetOf(new[] { "Microsoft.Extensions.Logging.Abstractions", "Newtonsoft.Json" }));
    }

    /// <summary>What a server does is said by its options: a program may read the environment and the command line, and says them to it.</summary>
    [Test]
    public void A_server_s_library_reads_no_environment() =>
        Assert.That(
            Repository.ShippedSources.Where(f => !IsProgram(f) && !f.StartsWith("client/", StringComparison.Ordinal) && Repository.Lines(f).Any(l => l.Contains("GetEnvironmentVariable", StringComparison.Ordinal))),
            Is.Empty);

    /// <summary>Whoever references that transport could use the web framework, too: what of it is needed stands behind the transport's own types.</summary>
    [Test]
    public void Only_the_transport_over_it_uses_the_web_framework() =>
        Assert.That(
            Repository.ShippedSources.Where(f => !f.StartsWith($"remoting/{WebFramework}/", StringComparison.Ordinal)
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

    private static bool IsProgram(string file) =>
        file.StartsWith("tools/", StringComparison.Ordinal) || file.Contains("/Host/", StringComparison.Ordinal) || file.Contains("/samples/", StringComparison.Ordinal);

    /// <summary>A project's references, theirs, and so on.</summary>
    private static HashSet<string> ReachedFrom(string name)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>([name]);
        while (next.TryDequeue(out var project))
        {
            foreach (var reference in Repository.Projects.Single(p => p.Name == project).References.Where(reached.Add))
            {
                next.Enqueue(reference);
            }
        }

        return reached;
    }
}
