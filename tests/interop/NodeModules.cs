using System.ComponentModel;
using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests;

/// <summary>
/// Fetches the pinned npm packages into the build output, once per build. Without Node.js every test here fails and says what to
/// install: an interop suite that skips itself proves nothing.
/// </summary>
[SetUpFixture]
public class NodeModules
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(3);

    /// <summary>Where the driver scripts and their node_modules are.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "node");

    [OneTimeSetUp]
    public async Task Install()
    {
        await Run("node", "--version");
        var lockFile = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        var stamp = Path.Combine(Folder, "node_modules", ".installed-from");
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == lockFile)
        {
            return;
        }

        await Run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
        await File.WriteAllTextAsync(stamp, lockFile);
    }

    [OneTimeTearDown]
    public Task StopBroker() => SharedBroker.StopAsync();

    private static async Task Run(string program, params string[] arguments)
    {
        ChildProcess process;
        try
        {
            process = ChildProcess.Start(program, arguments, Folder);
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException(
                $"'{program}' is not installed. The interop tests run a Node.js client: install Node.js 18 or later with npm, for example 'apt-get install nodejs npm'.");
        }

        await using (process)
        {
            if (await process.WaitForExitAsync(InstallPatience) != 0)
            {
                throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed:\n{process.Output}");
            }
        }
    }
}
