using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Fields that stand twice, that are far too long, and far too many of them.</summary>
internal sealed class StrangeFields : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) => Target.FloodAsync(target.Broker, Make, cancellationToken);

    private static RemotingCommand Make(int number)
    {
        var request = Requests.GetMaxOffset("GoodTopic", 0);
        switch (number % 3)
        {
            case 0:
                request.AddField("topic", "OtherTopic");
                request.AddField("queueId", "7");
                break;
            case 1:
                request.AddField("clientId", new string('x', 1_000_000));
                break;
            default:
                request = RemotingCommand.Request(RequestCode.SendMessageV2);
                for (var i = 0; i < 5_000; i++)
                {
                    request.AddField($"f{i}", "1");
                }

                break;
        }

        return request;
    }
}
