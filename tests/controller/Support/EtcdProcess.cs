using System.Net.Http.Json;
using System.Text;
using RocketMQ.TestSupport;

namespace RocketMQ.Controller.Tests.Support;

/// <summary>An etcd of a test's own, of one member, as the distribution's package <c>etcd-server</c> has it.</summary>
public sealed class EtcdProcess : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ChildProcess _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private EtcdProcess(int port, int peerPort, string scheme, string[] more)
    {
        Endpoint = $"{scheme}://127.0.0.1:{port}";
        var peer = $"http://127.0.0.1:{peerPort}";
        _process = ChildProcess.Start(
            "etcd",
            [
                "--data-dir", _folder.File("data"), "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}", .. more,
            ]);
    }

    public string Endpoint { get; }

    public static async Task<EtcdProcess> StartAsync(string scheme = "http", params string[] more)
    {
        var ports = BrokerPorts.Find();
        var etcd = new EtcdProcess(ports.Broker, ports.NameServer, scheme, more);
        await TestController.EventuallyAsync(() => Task.FromResult(
            etcd._process.Output.Contains("ready to serve client requests", StringComparison.Ordinal)
            || (etcd._process.HasExited ? throw new InvalidOperationException($"etcd ended:\n{etcd._process.Output}") : false)));
        return etcd;
    }

    /// <summary>SIGSTOP: it takes connections and requests, and answers nothing.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>A request to its JSON door, for what a controller does not do.</summary>
    public async Task<string> AskAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync($"{Endpoint}/v3/{path}", body);
        return await answer.Content.ReadAsStringAsync();
    }

    public Task<string> PutAsync(string key, string value) =>
        AskAsync("kv/put", new { key = Base64(key), value = Base64(value) });

    public Task<string> DeleteAsync(string key) => AskAsync("kv/deleterange", new { key = Base64(key) });

    public async ValueTask DisposeAsync()
    {
        await ThawAsync();
        await _process.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task SignalAsync(string signal)
    {
        if (!_process.HasExited)
        {
            using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
        }
    }
}
