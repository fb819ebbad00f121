namespace RocketMQ.Fault.Tests.Power;

/// <summary>What stands on a disk while nobody uses it. Nothing in it is ever changed: paths are relative to its root, and a page that is null is zeros.</summary>
internal sealed record DiskImage(IReadOnlyDictionary<string, DiskImage.Content> Files, IReadOnlyCollection<string> Directories)
{
    public static DiskImage Empty { get; } = new(new Dictionary<string, Content>(), []);

    internal sealed record Content(long Length, byte[]?[] Pages);

    /// <summary>Writes it all into a real folder: the evidence of a failed audit.</summary>
    public void Export(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var directory in Directories)
        {
            Directory.CreateDirectory(Path.Combine(folder, directory));
        }

        foreach (var (name, content) in Files)
        {
            using var file = File.OpenHandle(Path.Combine(folder, name), FileMode.Create, FileAccess.Write);
            RandomAccess.SetLength(file, content.Length);
            for (var page = 0; page < content.Pages.Length; page++)
            {
                if (content.Pages[page] is { } bytes)
                {
                    var at = (long)page * DiskFile.PageSize;
                    RandomAccess.Write(file, bytes.AsSpan(0, (int)Math.Min(DiskFile.PageSize, content.Length - at)), at);
                }
            }
        }
    }
}
