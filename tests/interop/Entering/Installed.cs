using System.ComponentModel;
using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests.Entering;

/// <summary>Foreign programs that a developer's machine need not have: CI installs them, elsewhere a test without its program is skipped and says so.</summary>
internal static class Installed
{
    /// <summary>Starts a program, or skips the test.</summary>
    public static ChildProcess Start(string program, string[] arguments, Action<string>? onLine = null)
    {
        try
        {
            return ChildProcess.Start(program, arguments, onLine: onLine);
        }
        catch (Win32Exception)
        {
            Assert.Ignore($"'{program}' is not installed: apt-get install {program}.");
            throw;
        }
    }
}
