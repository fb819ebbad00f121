using RocketMQ.Client;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>Shows messages with what became of them, and has consumers consume them again.</summary>
internal static class MessageReport
{
    /// <summary>The message and a line for each group that consumes its topic.</summary>
    public static async Task ShowAsync(Call call, IReadOnlyList<StoredMessage> messages, MessageView view, CancellationToken cancellationToken)
    {
        var tracks = new List<(StoredMessage Message, MessageTrack Track)>();
        foreach (var message in messages)
        {
            call.Report.Item("messages", view.Detail(message) + "\n", view.Json(message));
            tracks.AddRange((await TracksAsync(call.Admin, message, cancellationToken).ConfigureAwait(false)).Select(t => (message, t)));
        }

        if (tracks.Count == 0)
        {
            call.Report.Note("WARN: No Consumer");
        }

        call.Report.Table(
            "tracks",
            tracks,
            new("#MessageId", "messageId", t => t.Message.MessageId),
            new("#ConsumerGroup", "consumerGroup", t => t.Track.Group),
            new("#TrackType", "trackType", t => t.Track.State),
            new("#Problem", "problem", t => t.Track.Problem));
    }

    /// <summary>Has one member of a group consume a message now.</summary>
    public static async Task PushAsync(
        Call call, string topic, StoredMessage message, string group, string clientId, CancellationToken cancellationToken)
    {
        var result = await call.Admin.Messages.ConsumeDirectlyAsync(
            message.StoreHost.ToString(), group, clientId, topic, message.OffsetMessageId, cancellationToken).ConfigureAwait(false);
        var json = JsonReport.ToJson(result);
        call.Report.Item("results", json.ToString(), json);
        if (result.ConsumeResult is not (CMResult.CrSuccess or CMResult.CrCommit))
        {
            throw new VerbFailedException($"Consumer {clientId} did not consume the message: {Names.Of(result.ConsumeResult)} {result.Remark}".TrimEnd());
        }
    }

    private static async Task<IReadOnlyList<MessageTrack>> TracksAsync(AdminClient admin, StoredMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await new MessageTracks(admin).OfAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // The message is there though its topic is not any more.
            return [];
        }
    }
}
