using System.Collections.Concurrent;
using System.Text.Json;
using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests;

/// <summary>A Node.js process that runs one client of the npm package and is told what to do in JSON lines; see node/lines.js.</summary>
public class NodeDriver : IAsyncDisposable
{
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly ChildProcess _process;
    private int _lastId;

    protected NodeDriver(string script, params string[] arguments) =>
        _process = ChildProcess.Start("node", [script, .. arguments], NodeModules.Folder, Receive);

    /// <summary>What the client printed and told, for a failing test's message.</summary>
    public string Output => _process.Output;

    /// <summary>Kills the client's process: it says goodbye to nobody.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _process.DisposeAsync();
    }

    /// <summary>Runs an operation of the script and waits for its result.</summary>
    /// <exception cref="NodeClientException">The client library threw.</exception>
    protected async Task<JsonElement> CallAsync(string operation, object? arguments = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var call = JsonSerializer.SerializeToNode(arguments ?? new { }, Json)!.AsObject();
        call["id"] = id;
        call["op"] = operation;
        var answer = _calls[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.WriteLine(call.ToJsonString());
        try
        {
            return await answer.Task.WaitAsync(CallPatience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The Node.js client did not answer '{operation}' within {CallPatience.TotalSeconds:0} s. It printed:\n{Output}");
        }
    }

    protected async Task<TResult> CallAsync<TResult>(string operation, object? arguments = null) =>
        (await CallAsync(operation, arguments)).Deserialize<TResult>(Json)!;

    /// <summary>An event of the script: <c>message</c>, <c>error</c> or <c>log</c>.</summary>
    protected virtual void OnEvent(string name, JsonElement line)
    {
    }

    protected static T Read<T>(JsonElement line) => line.Deserialize<T>(Json)!;

    private void Receive(string text)
    {
        if (!text.StartsWith('{'))
        {
            return;
        }

        var line = JsonDocument.Parse(text).RootElement;
        if (line.TryGetProperty("event", out var name))
        {
            OnEvent(name.GetString()!, line);
        }
        else if (_calls.TryRemove(line.GetProperty("id").GetInt32(), out var call))
        {
            if (line.GetProperty("ok").GetBoolean())
            {
                call.SetResult(line.GetProperty("result"));
            }
            else
            {
                call.SetException(NodeClientException.From(line));
            }
        }
    }
}
