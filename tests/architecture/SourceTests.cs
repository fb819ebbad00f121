using System.Text.RegularExpressions;

namespace RocketMQ.Architecture.Tests;

/// <summary>What a file may hold.</summary>
public partial class SourceTests
{
    /// <summary>About 400 lines are a sitting; this is where a file is certainly two.</summary>
    private const int MaxLines = 800;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly HashSet<string> MayBeLonger = [];

    /// <summary>Request and response of a code, or a body and its parts, are one contract and stand together.</summary>
    private static readonly string[] MayHoldSeveralTypes = ["/Headers/", "/Bodies/"];

    /// <summary>Places of one machine. Joined here, so that this file does not name them.</summary>
    private static readonly string[] MachinePaths = [.. new[] { "work", "tmp", "root" }.Select(name => $"/{name}/")];

    private static readonly HashSet<string> TextFiles = new(StringComparer.Ordinal)
    {
        ".cs", ".csproj", ".props", ".targets", ".sln", ".md", ".json", ".js", ".mjs", ".yml", ".conf", ".config", ".sh", ".txt", "",
    };

    [Test]
    public void A_source_file_has_at_most_800_lines() =>
        Assert.Multiple(() =>
        {
            foreach (var file in Repository.Sources.Where(f => !MayBeLonger.Contains(f)))
            {
                Assert.That(Repository.Lines(file), Has.Length.AtMost(MaxLines), $"{file}: split it, or name it here with a reason");
            }
        });

    [Test]
    public void A_file_holds_one_public_type() =>
        Assert.Multiple(() =>
        {
            foreach (var file in Repository.ShippedSources.Where(f => !MayHoldSeveralTypes.Any(part => f.Contains(part, StringComparison.Ordinal))))
            {
                Assert.That(Repository.Lines(file).Count(l => PublicType().IsMatch(l)), Is.AtMost(1), file);
            }
        });

    [Test]
    public void No_file_names_a_place_of_one_machine() =>
        Assert.Multiple(() =>
        {
            foreach (var file in Repository.Files.Where(f => TextFiles.Contains(Path.GetExtension(f)) && !f.Contains("/golden/", StringComparison.Ordinal)))
            {
                var lines = Repository.Lines(file);
                for (var i = 0; i < lines.Length; i++)
                {
                    Assert.That(MachinePaths.Any(path => lines[i].Contains(path, StringComparison.Ordinal)), Is.False, $"{file}:{i + 1}: {lines[i].Trim()}");
                }
            }
        });

    /// <summary>Past the file seam no test can lose a write. The program around the broker reads what its operator wrote.</summary>
    [Test]
    public void Store_and_broker_touch_files_through_the_seam_only() =>
        Assert.Multiple(() =>
        {
            foreach (var file in Repository.ShippedSources.Where(f =>
                (f.StartsWith("broker/", StringComparison.Ordinal) && !f.StartsWith("broker/Host/", StringComparison.Ordinal))
                || (f.StartsWith("store/", StringComparison.Ordinal) && !f.StartsWith("store/Files/", StringComparison.Ordinal))))
            {
                Assert.That(Repository.Lines(file).Where(l => FileAccess().IsMatch(l)), Is.Empty, file);
            }
        });

    [GeneratedRegex(@"(?<!\.)\b(File|Directory|RandomAccess)\.(Exists|Open|Read|Write|Create|Copy|Move|Delete|Append|Enumerate|Get)|\bnew (FileStream|FileInfo|DirectoryInfo|StreamWriter)\b|new StreamReader\((?!typeof)|\b(ReplacedFile|JavaProperties\.Load)\b")]
    private static partial Regex FileAccess();

    [GeneratedRegex(@"^public ((sealed|static|abstract|partial|readonly|ref|unsafe|record) )*(class|record|struct|interface|enum) ")]
    private static partial Regex PublicType();
}
