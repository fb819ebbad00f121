using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests;

/// <summary>
/// The broker most tests use: one standalone host, or the broker behind <c>INTEROP_NAMESERVER</c> (host:port), so that a test can be
/// tried against Apache's. Each test has topics and groups of its own.
/// </summary>
internal static class SharedBroker
{
    /// <summary>The settings that the tests count on, in Apache's keys.</summary>
    public static readonly string[] Settings =
    [
        "defaultTopicQueueNums=4",
        "enablePropertyFilter=true",
        "messageDelayLevel=1s 2s 1s 1s",
    ];

    private static readonly Lazy<Task<StandaloneHost>> Own = new(() => StandaloneHost.StartNewAsync(Settings));

    public static async Task<string> NameServerAsync() =>
        Environment.GetEnvironmentVariable("INTEROP_NAMESERVER") is { Length: > 0 } other ? other : (await Own.Value).NameServer;

    public static async Task StopAsync()
    {
        if (Own.IsValueCreated && Own.Value.IsCompletedSuccessfully)
        {
            await using var host = await Own.Value;
            await host.StopAsync();
        }
    }
}
