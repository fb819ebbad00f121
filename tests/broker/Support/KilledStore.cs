

namespace RocketMQ.Broker.Tests.Support;

/// <summary>A store's files as a killed process leaves them.</summary>
internal static class KilledStore
{
    /// <summary>Copies a store that is in use, without its lock, into a folder of its own.</summary>
    public static string CopyOf(string directory)
    {
        var copy = Directory.CreateTempSubdirectory("rocketmq-killed-").FullName;
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            try
            {
                if (Path.GetFileName(file) != "lock")
                {
                    File.Copy(file, target);
                }
            }
            catch (FileNotFoundException)
            {
                // It took another's place while others were copied, as a kill might have found it, too.
            }
        }

        return copy;
    }
}
