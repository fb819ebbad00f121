namespace RocketMQ.Broker.Auth;

/// <summary>What a request needs: any one of the actions on the resource.</summary>
internal sealed record Access(Resource Resource, AccessAction Actions)
{
    public override string ToString() => $"{string.Join(" or ", AccessNames.Of(Actions))} on {Resource}";
}
