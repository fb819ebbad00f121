using System.CommandLine;

namespace RocketMQ.MqAdmin.Store;

/// <summary>A verb that reads a store directory while no broker uses it. Nothing in it is changed.</summary>
internal abstract class StoreVerb : Verb
{
    private readonly Argument<string> _directory = new("directory") { Description = "The store: storePathRootDir of the broker." };
    private readonly Option<string?> _commitLog;

    protected StoreVerb(string name, string description, string example)
        : base(name, description, example)
    {
        Command.Arguments.Add(_directory);
        _commitLog = Optional<string?>("", "commitlog", "The commit log, when it is elsewhere: storePathCommitLog, with readOnlyCommitLogStorePaths joined to it by ','.");
    }

    public override Task RunAsync(Call call, CancellationToken cancellationToken) =>
        Task.Run(() => Run(call, StoreDirectory.Open(call.Get(_directory), call.Get(_commitLog)), cancellationToken), cancellationToken);

    protected abstract void Run(Call call, StoreDirectory store, CancellationToken cancellationToken);
}
