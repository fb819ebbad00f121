using RocketMQ.Client;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Why a verb did not succeed: one sentence with what helps, the exit code, and the server's code where one refused.</summary>
internal sealed record Failure(string Sentence, int ExitCode, string? Code = null)
{
    public static Failure Of(Exception exception) => exception switch
    {
        UsageException e => new(e.Message, Running.ExitCode.BadUsage),
        ConfigurationException e => new(Ended(e.Message), Running.ExitCode.BadUsage),
        VerbFailedException e => new(e.Message, Running.ExitCode.Failed),
        BrokerException e => Refusal(e),
        NameServerUnreachableException e => new(
            $"No name server answers at {string.Join(';', e.Addresses)}: {Ended(e.InnerException!.Message)} Is one running there? -n or NAMESRV_ADDR says where.", Running.ExitCode.Failed),
        RemotingConnectException e => new($"{Ended(e.Message)} Is the server running, and the address right? mqadmin clusterList shows those of the brokers.", Running.ExitCode.Failed),
        RemotingException e => new(Ended(e.Message), Running.ExitCode.Failed),
        SendFailedException e => new(Ended(e.Message), Running.ExitCode.Failed),
        RocketMQException e => new(Ended(e.Message), Running.ExitCode.Failed),
        RemotingJsonException or InvalidDataException => new($"What the server answered can't be read: {Ended(exception.Message)}", Running.ExitCode.Failed),
        FormatException or ArgumentException => new(Ended(exception.Message), Running.ExitCode.BadUsage),
        IOException or UnauthorizedAccessException or TimeoutException => new(Ended(exception.Message), Running.ExitCode.Failed),
        _ => new($"{Ended(exception.Message)} That is a fault of mqadmin ({exception.GetType().Name}), not of the command line.", Running.ExitCode.Failed),
    };

    private static Failure Refusal(BrokerException e)
    {
        var remark = string.IsNullOrWhiteSpace(e.Remark) ? "" : $": {FirstLine(e.Remark)}";
        return new($"{e.Address} refused {RequestCode.Name(e.RequestCode)} with {ResponseCode.Describe(e.Code)}{Ended(remark)} {Hint(e)}".TrimEnd(), Running.ExitCode.Failed, ResponseCode.Name(e.Code));
    }

    private static string Hint(BrokerException e) => e.Code switch
    {
        ResponseCode.TopicNotExist => "mqadmin topicList shows the topics there are, mqadmin updateTopic creates one.",
        ResponseCode.SubscriptionGroupNotExist => "mqadmin updateSubGroup creates the group.",
        ResponseCode.ConsumerNotOnline => "The group has no member connected now.",
        ResponseCode.RequestCodeNotSupported => "That server knows no such request: it may be older than this verb.",
        ResponseCode.NoPermission => "Is it allowed to this user (--access-key, --secret-key)?",
        ResponseCode.SystemBusy => "It is overloaded; try again.",
        _ => "",
    };

    /// <summary>Remarks of Apache's servers may end in a stack trace.</summary>
    private static string FirstLine(string text) => text.Trim().Split('\n', 2)[0].Trim();

    private static string Ended(string text) => text.Length == 0 ? "." : text[^1] is '.' or '!' or '?' ? text : text + ".";
}
