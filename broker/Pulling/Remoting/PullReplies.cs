using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Pulling.Remoting;

/// <summary>What a pull is answered for each of its results, in one place.</summary>
internal static class PullReplies
{
    public static RemotingCommand Of(PullResult result)
    {
        if (result.Refusal is { } refusal)
        {
            return refusal.ToResponse(new PullMessageRefusedHeader { ForbiddenType = (int?)result.Forbids });
        }

        var response = RemotingCommand.Response(
            Code(result.Status),
            new PullMessageResponseHeader
            {
                SuggestWhichBrokerId = result.SuggestedBrokerId,
                NextBeginOffset = result.NextOffset,
                MinOffset = result.MinOffset,
                MaxOffset = result.MaxOffset,
                TopicSysFlag = result.TopicSysFlag,
                GroupSysFlag = result.GroupSysFlag,
            },
            result.Status == PullStatus.WasReset ? "OFFSET_RESET" : result.Found.ToString());
        if (result.Records is { } records)
        {
            response.BodySource = new PulledRecords(records);
        }

        return response;
    }

    public static RemotingCommand Failed(Exception exception) => RemotingCommand.Response(
        ResponseCode.SystemError, new PullMessageResponseHeader(), $"{exception.GetType().Name}: {exception.Message}");

    private static int Code(PullStatus status) => status switch
    {
        PullStatus.Found => ResponseCode.Success,
        PullStatus.NothingMatched => ResponseCode.PullRetryImmediately,
        PullStatus.OffsetMoved or PullStatus.WasReset => ResponseCode.PullOffsetMoved,
        _ => ResponseCode.PullNotFound,
    };
}
