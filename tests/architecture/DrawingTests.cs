using System.Text.RegularExpressions;

namespace RocketMQ.Architecture.Tests;

/// <summary>The README's drawing of the rooms shows every project that is shipped, and every reference it has, and no other.</summary>
public partial class DrawingTests
{
    [Test]
    public void The_drawing_of_the_rooms_shows_the_references_there_are()
    {
        var folders = Repository.Projects.ToDictionary(p => p.Name, Room, StringComparer.Ordinal);
        var there = Repository.Projects.Where(p => !p.IsTest)
            .SelectMany(p => p.References.Concat(p.IsSample ? ["RocketMQ.Client"] : []), (p, reference) => $"{Room(p)} --> {folders[reference]}");

        Assert.That(Drawn(), Is.EquivalentTo(there.Distinct()));
    }

    /// <summary>The samples are one room: they have one list of references.</summary>
    private static string Room(Project project) => project.IsSample ? "client/samples" : project.Folder;

    /// <summary>The arrows between folders, one for each pair that <c>a &amp; b --> c &amp; d</c> stands for.</summary>
    private static IEnumerable<string> Drawn()
    {
        var lines = Repository.Lines("README.md").SkipWhile(l => !l.StartsWith("flowchart", StringComparison.Ordinal)).TakeWhile(l => l != "```").ToList();
        var names = lines.SelectMany(l => Named().Matches(l)).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
        return lines.Select(l => Named().Replace(l, "$1")).Where(l => l.Contains("-->", StringComparison.Ordinal)).SelectMany(line =>
        {
            var ends = line.Split("-->");
            return Names(ends[0]).SelectMany(_ => Names(ends[1]), (from, to) => $"{from} --> {to}");
        });

        IEnumerable<string> Names(string end) => end.Split('&', StringSplitOptions.TrimEntries).Select(name => names.GetValueOrDefault(name, name));
    }

    [GeneratedRegex("""(\w+)\["?([^\]"]+)"?\]""")]
    private static partial Regex Named();
}
